/** The embedding model all-MiniLM-L6-v2 on ONNX Runtime. */
package cloudops.embedding.internal;
