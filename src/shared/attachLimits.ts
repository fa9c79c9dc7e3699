/** How much may go with one message. Checked in the panel for a quick word, and in the host because it must hold. */

export const MAX_IMAGES_PER_MESSAGE = 10;
/** The API refuses a picture above 5 MB of base64, which is this many bytes. */
export const MAX_IMAGE_BYTES = 3_750_000;
/** All pictures of a message: more would push out older ones before the model has seen them. */
export const MAX_MESSAGE_IMAGE_BYTES = 11_250_000;
/** The API shrinks pictures above this long edge. */
export const MAX_IMAGE_EDGE_PX = 1568;
