/**
 * Servers on loopback that stand between a client of AWS and a simulator: one that breaks what it is told to, and one that answers from memory, for as large an
 * estate as is asked for. For tests and benchmarks; they check no signature and know no secret.
 */
package cloudops.aws.proxy;
