/** How backups see the encrypted store: its keys at work, and whether a record is whole. */
package cloudops.storage.backup;
