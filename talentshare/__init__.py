"""Digital talent sharing among Tokyo's municipalities and bureaus."""
