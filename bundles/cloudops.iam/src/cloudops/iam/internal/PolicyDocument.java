package cloudops.iam.internal;

import java.util.List;

/**
 * A policy that was read.
 *
 * @param name what people call it
 * @param statements in the order of the document
 */
record PolicyDocument(String name, List<PolicyStatement> statements) {
}
