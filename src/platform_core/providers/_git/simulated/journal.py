"""The initial content of the simulated repository: the journal of a small shop."""

from typing import Final

FILES: Final = (
    (
        "content/articles/a-shelf-for-seconds.md",
        """
---
title: A shelf for seconds
date: 2026-10-21T08:00:00Z
description: The cups with a thumbprint have a shelf of their own now.
tags: [studio, seconds]
---
Every firing has a few: a drop of glaze that ran, a foot that leans, the print of a thumb. They
pour as well as the others.

## Where they go

They stand by the door, at half the price, and are mostly gone by noon.

- No two alike
- No returns, and none needed
- Tea included, if you stay
""",
    ),
    (
        "content/articles/what-the-kiln-said.md",
        """
---
title: What the kiln said
date: 2026-10-07T08:00:00Z
description: Notes from a firing that went wrong in the best way.
tags: [studio, glaze]
---
The thermocouple broke at nine hundred degrees, so we fired the rest **by eye**, as people did for
a few thousand years.

> Cherry, orange, straw: the colours are a thermometer, if you are patient.

The glaze came out darker than we had planned. We will break the thermocouple again next time.
""",
    ),
    (
        "content/articles/how-to-keep-tea.md",
        """
---
title: How to keep tea
date: 2026-09-18T08:00:00Z
description: Dark, dry, and away from the coffee.
tags: [tea]
---
Tea is a leaf that remembers everything it stood next to. Keep it in a tin, in the dark, and as far
from the coffee as the kitchen allows.

| Tea | Keeps for |
|---|---|
| Green | six months |
| Black | two years |
| Smoked | longer than you can wait |
""",
    ),
    (
        "content/pages/about.md",
        """
---
title: About us
order: 1
description: A studio of three beside the water.
---
We make stoneware for the table, and choose teas that are worth a good cup.

## Visit

Thursdays and Fridays from ten to four. The kettle is on.
""",
    ),
    (
        "content/pages/contact.md",
        """
---
title: Contact
order: 2
description: Write, ring, or knock.
---
Write to us about an order, a chipped rim or a good tea: we answer on Tuesdays, while the parcels
wait for the boat.
""",
    ),
)
