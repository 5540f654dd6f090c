package cloudops.model;

/** How much an operation may break. Ordered: a later constant is the greater risk. */
public enum Risk {
    /** Reads only. */
    LOW,
    /** Changes something that can be changed back. */
    MEDIUM,
    /** Destroys something, touches what cannot be undone, or is not known to us. */
    HIGH;

    /** The greater of the two: a risk label may raise another, never lower it. */
    public Risk max(Risk other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
