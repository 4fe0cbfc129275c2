"""Documents that several test modules write."""

RANKED = """
    metriclint: 1
    metrics:
      ai-tokens:
        title: AI tokens used
        kind: activity
        subject: {level: individual}
        visibility: {title: Token leaderboard, audience: org, identified: true, ranked: true}
        consequences: [{kind: review, stated: used, access: individual}]
    """
"""A named ranking that counts in a review: VIS301 and others, at ``error``."""

QUIET = """
    metriclint: 1
    metrics:
      uptime:
        title: Availability of the shop
        kind: state
        subject: {level: product}
        gaming_actions: []
        agent: {can_write: false}
        visibility: {audience: team, identified: false, ranked: false}
        consequences: []
    """
"""Nothing hangs on it: no finding and no open question."""

BROKEN = """
    metriclint: 1
    metrics:
      ai-tokens:
        titel: AI tokens used
        kind: activty
    """
"""An unknown key, a missing title and an unknown value."""
