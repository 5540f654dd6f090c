/** A local AWS simulator with a sample estate, for demonstrations and tests. Nothing in it reads or touches anything of the user's. */
package cloudops.demo;
