/** Where the engine is: the setting, DOCKER_HOST, the Docker context, or the usual place. */

export interface DockerAddress {
  /** `unix://…`, `npipe://…`, `tcp://…`; null: DOCKER_HOST, the current Docker context, the usual sockets. */
  host: string | null;
}
