package cloudops.execution.internal;

/**
 * A person's consent that has been checked and used up.
 *
 * @param by who consented
 * @param hash to what
 */
public record Consent(String by, String hash) {
}
