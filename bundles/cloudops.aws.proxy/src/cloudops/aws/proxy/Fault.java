package cloudops.aws.proxy;

/** What can go wrong on the way to AWS and back. */
public enum Fault {
    /** No policy allows it. */
    ACCESS_DENIED,
    /** A service control policy forbids it. */
    EXPLICIT_DENY,
    /** Every request is one too many. */
    THROTTLED,
    /** Three of ten requests are one too many. */
    THROTTLED_30_PERCENT,
    /** The service has an error of its own. */
    SERVER_ERROR,
    /** Something between, such as a load balancer, answers with an error page. */
    BAD_GATEWAY,
    /** Status 200 and bytes that mean nothing. */
    GARBAGE,
    /** Status 200 and a page of whoever owns the network, which is well-formed. */
    LOGIN_PAGE,
    /** Status 200 and no body. */
    EMPTY,
    /** Half of the right answer, and the end of the connection. */
    CUT_OFF,
    /** No answer, ever. */
    HANG,
    /** The connection is reset. */
    RESET,
    /** The right answer, late. */
    SLOW,
    /** The account has not enabled the region. */
    DISABLED_REGION,
    /** The session has ended. */
    EXPIRED_TOKEN,
    /** The clock of this machine is wrong. */
    WRONG_CLOCK
}
