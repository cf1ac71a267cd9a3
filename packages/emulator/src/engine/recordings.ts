const word = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

function indexOf(bytes: Uint8Array, name: string): number {
  for (let at = 0; at + 4 <= bytes.length; at += 1) if (word(bytes, at) === name) return at
  return -1
}

/** Of an MP4 or a QuickTime film: its movie header says how many units of what length it lasts (ISO/IEC 14496-12, 8.2.2). */
function filmSeconds(bytes: Uint8Array, view: DataView): number | undefined {
  if (word(bytes, 4) !== 'ftyp') return undefined
  const header = indexOf(bytes, 'mvhd')
  if (header < 0 || header + 32 > bytes.length) return undefined
  const isLong = bytes[header + 4] === 1
  const scale = view.getUint32(header + (isLong ? 24 : 16))
  const units = isLong ? Number(view.getBigUint64(header + 28)) : view.getUint32(header + 20)
  return scale > 0 ? units / scale : undefined
}

/** Of a WAV: bytes of sound over bytes a second. */
function waveSeconds(bytes: Uint8Array, view: DataView): number | undefined {
  if (word(bytes, 0) !== 'RIFF' || word(bytes, 8) !== 'WAVE' || bytes.length < 44) return undefined
  const rate = view.getUint32(28, true)
  const data = indexOf(bytes, 'data')
  if (rate === 0 || data < 0) return undefined
  return Math.min(view.getUint32(data + 4, true), bytes.length - data - 8) / rate
}

/** How long a film or a sound lasts, seconds; undefined where nobody here can tell. */
export function secondsOf(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return filmSeconds(bytes, view) ?? waveSeconds(bytes, view)
}

/** The voices that speech is made with, by the language they are listed under. */
export const speechVoices: { readonly [language in 'en' | 'zh']: readonly string[] } = {
  en: (
    'AOT oversea_male1 girlfriend_4_speech02 chat_0407_5-1 uk_boy1 PeppaPig_platform ai_huangzhong_712 ' +
    'calm_story1 uk_man2 reader_en_m-v1 commercial_lady_en_f-v1'
  ).split(' '),
  zh: (
    'genshin_vindi2 zhinen_xuesheng tiyuxi_xuedi ai_shatang genshin_klee2 genshin_kirara ai_kaiya tiexin_nanyou ' +
    'ai_chenjiahao_712 girlfriend_1_speech02 chat1_female_new-3 girlfriend_2_speech02 cartoon-boy-07 cartoon-girl-01 ' +
    'ai_huangyaoshi_712 you_pingjing ai_laoguowang_712 chengshu_jiejie zhuxi_speech02 uk_oldman3 laopopo_speech02 ' +
    'heainainai_speech02 dongbeilaotie_speech02 chongqingxiaohuo_speech02 chuanmeizi_speech02 chaoshandashu_speech02 ' +
    'ai_taiwan_man2_speech02 xianzhanggui_speech02 tianjinjiejie_speech02 diyinnansang_DB_CN_M_04-v2 yizhipiannan-v1 ' +
    'guanxiaofang-v2 tianmeixuemei-v1 daopianyansang-v1 mengwa-v1'
  ).split(' '),
}

/** An address that says so leads to a clip without a face: nothing here looks for one. */
export const isFaceless = (address: string): boolean => /no[-_]?face/i.test(address)
