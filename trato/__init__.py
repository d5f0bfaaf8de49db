"""Composition: settings, clock, web application, worker, command line, supervisor."""
