import type { Kind } from '@reelay/core'

/** What follows `reelay generate KIND` in an example of each kind: it passes with the default provider, given the files. */
export const kindExamples: Readonly<Record<Kind, string>> = {
  'text-to-video': '"A paper boat in the rain"',
  'image-to-video': '"The boat drifts off" --image boat.png',
  'reference-to-video': '"Mara waves from a train" --reference mara=mara.png',
  extend: '"The boat sinks" --video renders/boat.mp4.json --model kling-v1-6',
  'lip-sync': '"Welcome aboard." --video renders/mara.mp4.json --voice oversea_male1',
  'image-to-image': '"The same street in the snow" --image street.png',
  'text-to-image': '"A paper boat in the rain" --aspect-ratio 1:1',
  'virtual-try-on':
    '--person-image https://example.com/mara.png --garment-image https://example.com/coat.png',
}

interface Extra {
  readonly examples: readonly string[]
  readonly notes: readonly string[]
}

/** Examples and notes of each command, by its name. */
export const extras: Readonly<Record<string, Extra>> = {
  generate: {
    examples: [
      'reelay generate "A paper boat in the rain"',
      'reelay generate --image photo.png --model kling-v2-6 --live',
      'reelay generate --prompt-file boat.txt --live --yes',
      'reelay generate "A boat" --json | jq -r .path',
      'reelay generate "She smiles" --provider main --live',
      'reelay generate "A boat" --key order-77 --live',
    ],
    notes: [
      'With --key the same order is bought once, however often it is given: it answers with its first clip.',
      'Without --live it renders on a built-in emulator: no key, no network, no money.',
      '--json prints one document: the record that the sidecar holds, with path and sidecar.',
      'Progress and questions are on stderr, the result on stdout.',
    ],
  },
  compare: {
    examples: [
      'reelay compare --model kling-v3 --mode std',
      'reelay compare --model kling-v2-6 --mode pro --duration 10 --audio --near',
      'reelay compare --image start.png --end-image end.png "She turns" --json',
      'reelay compare --usable --csv > prices.csv',
      'reelay compare --model kling-v3 --mode std --html prices.html',
    ],
    notes: [
      'Nothing is sent, and no key is needed: * marks where one is missing. ~ marks a derived price, which no list says.',
      'A model or mode that is left out is the same for everybody: the one that the first able provider would choose.',
      '--fields says of each field whether it is sent as it is, under another name, converted, or lost.',
      '--html writes one file with charts: every model and mode, every length. It has no script and loads nothing.',
      'It ends with 1 where nobody has a price.',
    ],
  },
  quote: {
    examples: [
      'reelay quote --provider fal --model kling-v3 --mode pro --duration 10',
      'reelay quote --image photo.png --json | jq .quote',
    ],
    notes: ['Nothing is sent, and no key is needed.'],
  },
  recommend: {
    examples: [
      'reelay recommend "A paper boat in the rain"',
      'reelay recommend --for final --duration 10 --audio --max-cost 2',
      'reelay recommend --image start.png --end-image end.png "She turns" --within 300 --all',
      'reelay recommend --for final --json | jq .reasons',
    ],
    notes: [
      'Nothing is sent, and no key is needed. Each reason ends with its rule, and with the source of its fact.',
      'A price that nobody knows, and what is discontinued or unverified, is never picked.',
      'It ends with 1 where nothing fits, and says what would.',
    ],
  },
  promote: {
    examples: [
      'reelay promote renders/kling-v2-5-turbo-std-8123.mp4.json',
      'reelay promote renders/kling-v2-5-turbo-std-8123.mp4.json --mode pro --live',
      'reelay promote handle.json --max-cost 1.5 --live --yes --json',
    ],
    notes: [
      'The words, pictures, seconds, sound and shape are those of the draft; model and mode are the best that fit.',
      'With --live a draft is promoted once, however often it is given, per --model and --mode.',
      'A handle alone says nothing of the request: it is looked up in the run log of --out.',
    ],
  },
  models: {
    examples: [
      'reelay models',
      'reelay models --kind text-to-video --sound --max-price-per-second 0.1',
      'reelay models --providers fal,piapi --end-image --state current --csv > models.csv',
    ],
    notes: [
      'Prices are those of a plain clip, per second of it; ~ marks a derived price, which no list says.',
      'Nothing is sent, and no key is needed.',
    ],
  },
  wait: {
    examples: [
      'reelay wait handle.json',
      'reelay wait renders/kling-v3-std-8123.mp4.json',
      'sed -n 3p renders/renders.jsonl | reelay wait -',
    ],
    notes: ['--json prints one document, as generate does. The file given stays as it is.'],
  },
  resume: {
    examples: [
      'reelay resume',
      'reelay resume --journal shots/journal.db --json',
      'reelay resume --settle 5f0c… --as not-created',
    ],
    notes: ['--json prints JSON lines: one per purchase, as each comes to its end. Nothing is bought.'],
  },
  journal: {
    examples: [
      'reelay journal',
      'reelay journal --open',
      'reelay journal --provider kling --since 7d --json',
      'reelay journal show order-77',
      'reelay journal export --to journal.jsonl',
      'reelay journal prune --older-than 90d',
    ],
    notes: [
      'Lists one line per purchase, oldest order first; * is open: reelay resume sees to it.',
      'Nothing is sent to anybody. --json prints JSON lines, whose handles reelay wait takes.',
    ],
  },
  'journal show': {
    examples: ['reelay journal show order-77', 'reelay journal show 8123 --json'],
    notes: ['--json prints the order as the journal keeps it.'],
  },
  'journal export': {
    examples: [
      'reelay journal export --to journal.jsonl',
      `reelay journal export | jq 'select(.type == "reservation")'`,
    ],
    notes: [
      'Each line has a type: order, reservation, or unreadable for what this version cannot read, as it was found.',
      'A file that is there is never replaced.',
    ],
  },
  'journal prune': {
    examples: ['reelay journal prune --older-than 90d', 'reelay journal prune --older-than 26w --yes --json'],
    notes: [
      'What is open, or cannot be read, stays however old it is, and budgets go on counting what was spent.',
      'The keys of what is forgotten are free: the same request under one of them is bought anew.',
    ],
  },
  spend: {
    examples: [
      'reelay spend',
      'reelay spend --since 2026-11-01 --usage',
      'reelay spend --since 30d --csv > spend.csv',
    ],
    notes: [
      'One line per day, account, model and mode; then each charge that is not as quoted (by more than 1 %).',
      'Nothing is sent, but with --usage: then the providers are asked for their books, which costs nothing.',
    ],
  },
  doctor: {
    examples: ['reelay doctor', 'reelay doctor --online --json | jq .healthy'],
    notes: [
      'No key is shown or sent, and nothing is bought. --online asks for the root of each host, and any status counts.',
      '! is worth knowing, and BROKEN ends it with 1; the key of a provider counts as broken where a file names it.',
    ],
  },
  emulate: {
    examples: [
      'reelay emulate --port 4010 --speed 10',
      'reelay emulate --speed 10 -- node app.js',
      'reelay emulate --env > emulator.env',
      'reelay emulate --json | jq -r .providers.kling.baseURL',
    ],
    notes: [
      'A command behind -- and its children meet the emulator at the real host names, and find emulator keys in the place of yours; nothing of it is changed. It needs msw: npm install --save-dev msw.',
      '--json prints one document, in one line, and serves on until it is stopped. With a command it is on stderr and comes at the end: stdout and the exit code are the command’s.',
    ],
  },
}
