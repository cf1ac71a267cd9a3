/**
 * The voices of Kling's speech, by the language they are listed under. The same 46 stand in fal's types (2026-08-02) and, each with
 * its language before it, in Replicate's schema (2026). Kling's own page names no list; PiAPI has names of its own.
 *
 * @example
 * ```ts
 * import { speechVoices } from '@reelay/core'
 * console.log(`English: ${speechVoices.en.join(', ')}`)
 * ```
 */
export const speechVoices: { readonly [language in 'en' | 'zh']: readonly string[] } = {
  en: [
    'oversea_male1',
    'girlfriend_4_speech02',
    'AOT',
    'chat_0407_5-1',
    'uk_boy1',
    'PeppaPig_platform',
    'ai_huangzhong_712',
    'calm_story1',
    'uk_man2',
    'reader_en_m-v1',
    'commercial_lady_en_f-v1',
  ],
  zh: [
    'genshin_vindi2',
    'zhinen_xuesheng',
    'tiyuxi_xuedi',
    'ai_shatang',
    'genshin_klee2',
    'genshin_kirara',
    'ai_kaiya',
    'tiexin_nanyou',
    'ai_chenjiahao_712',
    'girlfriend_1_speech02',
    'chat1_female_new-3',
    'girlfriend_2_speech02',
    'cartoon-boy-07',
    'cartoon-girl-01',
    'ai_huangyaoshi_712',
    'you_pingjing',
    'ai_laoguowang_712',
    'chengshu_jiejie',
    'zhuxi_speech02',
    'uk_oldman3',
    'laopopo_speech02',
    'heainainai_speech02',
    'dongbeilaotie_speech02',
    'chongqingxiaohuo_speech02',
    'chuanmeizi_speech02',
    'chaoshandashu_speech02',
    'ai_taiwan_man2_speech02',
    'xianzhanggui_speech02',
    'tianjinjiejie_speech02',
    'diyinnansang_DB_CN_M_04-v2',
    'yizhipiannan-v1',
    'guanxiaofang-v2',
    'tianmeixuemei-v1',
    'daopianyansang-v1',
    'mengwa-v1',
  ],
}

/**
 * Every voice that is known, of whatever language.
 *
 * @example
 * ```ts
 * import { everyVoice } from '@reelay/core/adapter'
 * const isKnown = (voice: string): boolean => everyVoice.includes(voice)
 * ```
 */
export const everyVoice: readonly string[] = [...speechVoices.en, ...speechVoices.zh]

/**
 * The language that a voice is of, where none is named.
 *
 * @example
 * ```ts
 * import { languageOf } from '@reelay/core/adapter'
 * languageOf('oversea_male1') // 'en'
 * ```
 */
export const languageOf = (voice: string | undefined): 'en' | 'zh' =>
  voice !== undefined && speechVoices.zh.includes(voice) ? 'zh' : 'en'
