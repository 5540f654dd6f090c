/** Backups of a home's store: made, checked, kept here and in S3, restored. See docs/backup.md. */
package cloudops.backup;
