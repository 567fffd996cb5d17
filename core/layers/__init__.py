"""Keras layers that several networks share, an idea a file, each with its source.

Imported only while a network is built: these files need Keras, and nothing that is merely read may.
Layers of networks that are several in one work on (members, batch, width).
"""
