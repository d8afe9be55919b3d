declare const __VERSION__: string;
declare const __DEMO__: boolean;
