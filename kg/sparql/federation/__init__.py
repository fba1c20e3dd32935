"""SERVICE and LOAD: requests to other servers, made by the server instead of the engine."""
