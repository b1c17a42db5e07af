/** Where the commands about the broker work: its management, its parking queue, and the store beside them. */
import type { Provisioning } from '../../open/provisioning.ts';
import { exits, Stopped } from '../ending.ts';
import type { Terminal } from '../terminal.ts';

/** Throws where no broker is configured. */
export const provisioningFor = async (terminal: Terminal): Promise<Provisioning> => {
  // Only now: other commands start without the client of the broker.
  const [{ readConfig }, { provisioningOf }] = await Promise.all([import('../../config.ts'), import('../../open/provisioning.ts')]);
  const provisioning = provisioningOf(readConfig(terminal.env));
  if (provisioning !== null) return provisioning;
  throw new Stopped(
    exits.usage,
    'Chưa cấu hình RabbitMQ: đặt LIENTHONG_BROKER=amqp://…',
    'There is no broker: set LIENTHONG_BROKER=amqp://…',
  );
};

const networkErrors = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN'];

/** What the broker refuses or does not answer is not a bug of ours. */
export const atBroker = async <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Stopped) throw error;
    const { status, code } = error as { readonly status?: number | null; readonly code?: string | number };
    const refused = status === 401 || status === 403 || code === 403 || /ACCESS_REFUSED/.test(error.message);
    if (refused) throw new Stopped(exits.access, `RabbitMQ từ chối: ${error.message}`, `RabbitMQ refused: ${error.message}`);
    const away = status === null || networkErrors.includes(String(code)) || /connect|timeout/i.test(error.message);
    if (away)
      throw new Stopped(exits.later, `Không kết nối được RabbitMQ: ${error.message}`, `RabbitMQ cannot be reached: ${error.message}`);
    if (error.name === 'ManagementError')
      throw new Stopped(exits.input, `RabbitMQ không nhận: ${error.message}`, `RabbitMQ refused: ${error.message}`);
    throw error;
  }
};
