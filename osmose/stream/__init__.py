"""The ASGI server that pushes rows and alerts (SSE): every screen true within a tenth of a second.

`listen` hears of changes (ids only), `looking` says who is there and what they may see, `render` draws each changed row
once for each audience, `displayed` writes the journal before anything leaves, `fanout` gives the same bytes to every
screen, `app` is its one address. docs/decisions/0016 says why it is so.
"""
