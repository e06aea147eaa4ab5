"""Django settings; one module a mode, all from `base.build`."""
