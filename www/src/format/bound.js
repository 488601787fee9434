/** How soon something is refused. The server says the bound only when it is done. */
export const BOUND = "within 10 seconds of the confirmation unless the operator has chosen another bound";
