package cloudops.scanner.internal;

import cloudops.aws.AwsCaller;
import cloudops.aws.Profiles;
import cloudops.embedding.Embedder;
import cloudops.iam.PermissionDiscovery;
import cloudops.storage.EstateStorage;
import cloudops.storage.HomeCache;

/** The services that a scan works with. */
record Services(AwsCaller aws, Profiles profiles, PermissionDiscovery permissions, Embedder embedder, EstateStorage storage,
        HomeCache cache) {
}
