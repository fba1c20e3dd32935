"""Training of the attribution model that `kg/extract/model` ships; nothing here is used at run time."""
