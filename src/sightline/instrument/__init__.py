"""What a service imports to be measured."""
