"""From a commit to the bytes at a thousand screens, beside a bare broadcast and a page that polls."""
