/** Alerts, declarations and the month. */

import { z } from 'zod';
import { acknowledgeAlert, listAlerts, settleAlert, showAlert } from '../../oversight/alerts.ts';
import { complianceFor } from '../../oversight/compliance.ts';
import { declarePaper } from '../../oversight/paper.ts';
import { complianceCsv } from '../../oversight/report/csv.ts';
import { call } from '../call.ts';
import { present } from '../present.ts';
import {
  alertDetail,
  alertItem,
  alertQuery,
  compliance,
  complianceQuery,
  declarationBody,
  declared,
  settlementBody,
} from '../shapes/oversight.ts';
import { page } from '../shapes/words.ts';

const everyone = ['agency', 'hub', 'admin'] as const;

const alertCalls = [
  call({
    method: 'get',
    path: '/v1/alerts',
    name: 'listAlerts',
    group: 'Giám sát',
    vi: 'Cảnh báo về văn bản do các cơ quan của hệ thống gửi',
    en: 'Alerts about what the caller’s organs sent',
    access: everyone,
    query: alertQuery,
    answers: { 200: { description: 'Mới nhất trước; mọi tình trạng, trừ khi lọc', content: { 'application/json': page(alertItem) } } },
    refusals: ['request.invalid'],
    run: async ({ hub, caller, query, response }) => {
      response.json(await listAlerts(hub, caller, present(query)));
    },
  }),
  call({
    method: 'get',
    path: '/v1/alerts/{id}',
    name: 'showAlert',
    group: 'Giám sát',
    vi: 'Một cảnh báo và các văn bản trong đó',
    en: 'One alert with its records',
    access: everyone,
    answers: { 200: { description: 'Cảnh báo', content: { 'application/json': alertDetail } } },
    refusals: ['resource.unknown'],
    run: async ({ hub, caller, params, response }) => {
      response.json(await showAlert(hub, caller, params.id ?? ''));
    },
  }),
  call({
    method: 'post',
    path: '/v1/alerts/{id}/acknowledgement',
    name: 'acknowledgeAlert',
    group: 'Giám sát',
    vi: 'Ghi nhận đã xem cảnh báo',
    en: 'Acknowledge an alert',
    access: everyone,
    answers: { 200: { description: 'Cảnh báo sau đó', content: { 'application/json': alertItem } } },
    refusals: ['resource.unknown'],
    run: async ({ hub, caller, params, response }) => {
      response.json(await acknowledgeAlert(hub, caller, params.id ?? ''));
    },
  }),
  call({
    method: 'post',
    path: '/v1/alerts/{id}/settlement',
    name: 'settleAlert',
    group: 'Giám sát',
    vi: 'Kết thúc cảnh báo, kèm lý do',
    en: 'Settle an alert, with a reason',
    access: everyone,
    body: settlementBody,
    answers: { 200: { description: 'Cảnh báo sau đó', content: { 'application/json': alertItem } } },
    refusals: ['request.invalid', 'resource.unknown'],
    run: async ({ hub, caller, params, body, response }) => {
      response.json(await settleAlert(hub, caller, params.id ?? '', body.reason));
    },
  }),
];

const monthCalls = [
  call({
    method: 'put',
    path: '/v1/paper-months/{period}',
    name: 'declarePaper',
    group: 'Báo cáo',
    vi: 'Khai báo số văn bản gửi cơ quan nhà nước trong kỳ, số chỉ gửi giấy và số gửi điện tử qua hệ thống khác',
    en: 'Declare what the hub cannot see of a period',
    access: ['agency', 'admin'],
    query: z.object({ organ: z.string().min(1).max(200).optional() }),
    body: declarationBody,
    answers: { 200: { description: 'Số liệu đã lưu', content: { 'application/json': declared } } },
    refusals: ['request.invalid', 'declaration.invalid', 'resource.unknown'],
    run: async ({ hub, caller, params, query, body, response }) => {
      response.json(await declarePaper(hub, caller, { period: params.period ?? '', ...present(query), numbers: body }));
    },
  }),
  call({
    method: 'get',
    path: '/v1/compliance/{period}',
    name: 'showCompliance',
    group: 'Báo cáo',
    vi: 'Tổng hợp gửi, nhận văn bản điện tử của kỳ (JSON hoặc CSV)',
    en: 'The figures of a period: JSON or CSV',
    access: everyone,
    query: complianceQuery,
    answers: { 200: { description: 'Số liệu', content: { 'application/json': compliance, 'text/csv': 'text' } } },
    refusals: ['request.invalid'],
    run: async ({ hub, caller, params, query, request, response }) => {
      const { format, ...asked } = query;
      const found = await complianceFor(hub, caller, { period: params.period ?? '', ...present(asked) });
      response.vary('Accept');
      const wanted = format ?? (request.accepts(['application/json', 'text/csv']) === 'text/csv' ? 'csv' : 'json');
      if (wanted === 'json') response.json(found);
      else response.attachment(`${found.period}.csv`).type('text/csv').send(complianceCsv(found));
    },
  }),
];

export const oversightCalls = [...alertCalls, ...monthCalls];
