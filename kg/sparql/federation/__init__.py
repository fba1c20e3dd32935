"""SERVICE and LOAD: requests of a query to other servers, which the server makes itself."""
