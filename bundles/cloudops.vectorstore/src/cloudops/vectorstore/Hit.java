package cloudops.vectorstore;

/** A point and its cosine similarity to what was asked for, -1 to 1. */
public record Hit(Point point, float similarity) {
}
