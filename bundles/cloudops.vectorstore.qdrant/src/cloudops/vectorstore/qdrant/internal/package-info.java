/** The vector store on a Qdrant server. */
package cloudops.vectorstore.qdrant.internal;
