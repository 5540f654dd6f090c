package cloudops.iam.standin;

/** An error of the service, as it goes out. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    Refusal(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** What a parameter that breaks a rule of the API's model earns. */
    static Refusal validation(String parameter, Object value, String rule) {
        return new Refusal(400, "ValidationError", "1 validation error detected: Value " + (value == null ? "null" : "'" + value + "'") + " at '"
                + Character.toLowerCase(parameter.charAt(0)) + parameter.substring(1) + "' failed to satisfy constraint: " + rule);
    }

    static Refusal invalidInput(String message) {
        return new Refusal(400, "InvalidInput", message);
    }

    static Refusal noSuchEntity(String message) {
        return new Refusal(404, "NoSuchEntity", message);
    }

    int status() {
        return status;
    }

    /** As XML of the Query protocol. */
    String body() {
        return new Xml().open("ErrorResponse").open("Error").text("Type", "Sender").text("Code", code).text("Message", getMessage())
                .close("Error").text("RequestId", "00000000-0000-0000-0000-000000000000").close("ErrorResponse").toString();
    }
}
