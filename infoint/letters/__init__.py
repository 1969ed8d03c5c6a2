"""Letters: rendered from templates, checked, and handed out as drafts."""
