"""Choose one language of the files that exist in several: `en/cups.md`, `about.de.md`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from platform_core.provider_kit.locales import choose_locale, fits_locale
from platform_core.providers._git.files import names
from platform_core.providers._git.settings import GitSettings


@dataclass(slots=True)
class Translations:
    """The translations of files at one commit. The tree is listed only if it is needed."""

    settings: GitSettings
    list_paths: Callable[[], Iterable[str]]
    _paths_by_key: dict[tuple[str, str], list[str]] | None = field(default=None, init=False)

    def is_chosen(self, path: str) -> bool:
        """Check that a file is in the language of the site, or the best that there is.

        With a locale in the settings, files of other languages never count. A file that names no
        language is in the site's, unless a file beside it names that.
        """
        own, wanted = self.locale_of(path), self.settings.locale
        if own is None and not wanted:
            return True
        if self.is_never_shown(path):
            return False
        locales = {self.locale_of(sibling) for sibling in self.siblings(path)} | {own}
        if None in locales and not wanted:
            return own is None
        # Sorted, so that the choice does not depend on the order of the tree.
        return own == choose_locale(sorted(locale for locale in locales if locale), wanted)

    def is_never_shown(self, path: str) -> bool:
        """Check that the path names a language that cannot be the site's."""
        own = self.locale_of(path)
        return own is not None and not fits_locale(own, self.settings.locale)

    def siblings(self, path: str) -> Iterator[str]:
        """Yield the other translations of a file that exist."""
        if self._paths_by_key is None:
            self._paths_by_key = {}
            for listed in self.list_paths():
                if names.is_content_file(listed):
                    self._paths_by_key.setdefault(self._key(listed), []).append(listed)
        yield from (
            sibling for sibling in self._paths_by_key.get(self._key(path), ()) if sibling != path
        )

    def locale_of(self, path: str) -> str | None:
        """Return the language that a file's path names below its content folder."""
        return names.file_locale(self.settings.path_in_folder(path))

    def _key(self, path: str) -> tuple[str, str]:
        folder = self.settings.folder_of(path) or ""
        return folder, names.translation_key(self.settings.path_in_folder(path))
