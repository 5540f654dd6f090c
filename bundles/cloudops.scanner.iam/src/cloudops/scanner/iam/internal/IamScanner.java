package cloudops.scanner.iam.internal;

import org.osgi.service.component.annotations.Component;

import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;

/**
 * IAM: users, groups, roles and the account's own policies. All are global. One call (of several pages) tells everything of a type, so that no
 * call a resource is needed; source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html. It tells
 * no tags of policies, and nothing of passwords, access keys and MFA devices.
 */
@Component(service = ServiceScanner.class)
public final class IamScanner extends ServiceScannerOfTypes {

    public IamScanner() {
        super("iam", new Users(), new Groups(), new Roles(), new Policies());
    }
}
