"""The only room that meets the world: channels, web, scheduler, command line. It joins flows and storage."""
