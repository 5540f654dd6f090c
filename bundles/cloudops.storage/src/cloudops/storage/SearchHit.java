package cloudops.storage;

import cloudops.model.AwsResource;

/**
 * @param resource what was found
 * @param score 0 to 1, comparable within one answer
 * @param matchedBy {@code exact_name}, {@code exact_id}, {@code words}, {@code meaning} or {@code words+meaning}
 */
public record SearchHit(AwsResource resource, double score, String matchedBy) {
}
