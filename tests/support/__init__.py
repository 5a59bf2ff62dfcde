"""What tests share: builders of models, and runners of the official tools."""
