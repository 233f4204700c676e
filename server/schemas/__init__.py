"""What travels on the wire, in marshmallow: shared by both doors, the source of the OpenAPI and AsyncAPI documents."""
