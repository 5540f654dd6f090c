package cloudops.scanner.spi;

import java.util.Map;

import cloudops.model.AwsResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/**
 * Puts a resource together for {@link ServiceScanner#transform}: it is of the account that is being scanned, and of its region or, where its
 * type is global, {@link ScanContext#GLOBAL_REGION}; its service is the part of the type's name before the first {@code _}. What is not
 * said is as {@link AwsResource} has it. Not thread-safe.
 */
public final class Found {

    private final ResourceType type;
    private final String identifier;
    private final String arn;
    private final ScanContext context;
    private String region;
    private String name;
    private String state;
    private Map<String, String> tags = Map.of();
    private Facts facts = new Facts();

    /** @param identifier the service's own ID of the resource */
    public Found(ResourceType type, String identifier, String arn, ScanContext context) {
        this.type = type;
        this.identifier = identifier;
        this.arn = arn;
        this.context = context;
        this.region = type.global() ? ScanContext.GLOBAL_REGION : context.region();
    }

    /** Where it is, for a type that is listed as a global one. */
    public Found in(String itsRegion) {
        region = itsRegion;
        return this;
    }

    /** @param itsName null for none: the identifier */
    public Found name(String itsName) {
        name = itsName;
        return this;
    }

    /** @param itsState null for none */
    public Found state(String itsState) {
        state = itsState;
        return this;
    }

    public Found tags(Map<String, String> itsTags) {
        tags = itsTags;
        return this;
    }

    public Found facts(Facts itsFacts) {
        facts = itsFacts;
        return this;
    }

    /** The resource, without permissions and constraints. */
    public AwsResource resource() {
        var typeName = type.name();
        return new AwsResource(typeName, identifier, context.accountId(), context.accountName(), region,
                typeName.substring(0, typeName.indexOf('_')), arn, name, state, tags, context.startedAt(), null, null, facts.toMap());
    }
}
