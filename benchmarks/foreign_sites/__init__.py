"""Sites that nobody of this project wrote: made by the scaffolders that package registries hold."""
