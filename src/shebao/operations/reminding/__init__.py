"""What somebody asked to be told of by text: asked for, looked for, told once, and stopped."""
