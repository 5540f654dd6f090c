/** The embedded vector store: one Lucene index a collection, below the home. */
package cloudops.vectorstore.lucene.internal;
