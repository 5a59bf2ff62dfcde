"""What users write: YAML with source positions, resolved into the model."""
