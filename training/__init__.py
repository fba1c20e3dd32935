"""Training of the attribution model that `kg/extract/model` ships; nothing here is used at run time."""

import kg as _kg  # noqa: F401  # switches telemetry off before onnxruntime is imported
