package cloudops.execution.internal.history;

import java.security.GeneralSecurityException;

/** How one record of the history is protected. Thread-safe. */
interface Seal {

    /** As the file's first line names it: one word. */
    String name();

    /**
     * @param place what the record stands behind; opens only together with it
     * @return without line breaks
     */
    byte[] close(byte[] place, byte[] content);

    /** @throws GeneralSecurityException when anything is not as {@link #close} was given it */
    byte[] open(byte[] place, byte[] sealed) throws GeneralSecurityException;
}
