package cloudops.ui;

import java.util.Locale;

/** What a status means, whatever word a service has for it. The colours are the theme's. */
public enum Tone {
    /** Works, allowed, done. */
    GOOD,
    /** On its way to another state; worth a look. */
    BUSY,
    /** At rest: stopped, cancelled. */
    OFF,
    /** Failed, denied. */
    BAD,
    /** Not known, or says nothing. */
    PLAIN;

    /** The tone of an AWS state; null for resources without states. */
    public static Tone ofState(String state) {
        if (state == null || state.isBlank()) {
            return PLAIN;
        }
        return switch (state.toLowerCase(Locale.ROOT).replace('_', '-')) {
            case "running", "available", "active", "in-use", "ok", "healthy", "attached", "completed" -> GOOD;
            case "stopped", "terminated", "deleted", "inactive", "detached", "disabled" -> OFF;
            case "failed", "error", "unhealthy", "storage-full", "incompatible-network", "incompatible-parameters", "restore-error",
                    "inaccessible-encryption-credentials", "impaired" -> BAD;
            case String word when word.endsWith("ing") || word.startsWith("pending") -> BUSY;
            default -> PLAIN;
        };
    }

    /** The ID of the colour in the theme. */
    String colorId() {
        return "cloudops.ui.tone." + name().toLowerCase(Locale.ROOT);
    }
}
