"""What the place of an environment looks like: its cluster, machines and addresses."""

from sightline.spec import bases, fields

__all__ = ["Kubernetes", "Room"]


class Room(bases.Shape):
    """What one instance of a program of the monitoring gets; its name is the key."""

    cpu: fields.Millicores | None = None
    memory: fields.Mebibytes | None = None
    storage: fields.Mebibytes | None = None
    image: fields.Image | None = None


class Kubernetes(bases.Shape):
    """How the monitoring stands in a cluster, and finds there what it scrapes."""

    namespace: fields.Slug = "monitoring"
    services_namespace: fields.Slug = "default"
    name_label: fields.PodLabel = "app.kubernetes.io/name"
    port_name: fields.Slug = "http"
    storage_class: fields.Slug | None = None
