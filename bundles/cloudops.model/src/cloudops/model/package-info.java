/** The data that every module speaks of: immutable records without any library. JSON names are in {@code cloudops.json}. */
package cloudops.model;
